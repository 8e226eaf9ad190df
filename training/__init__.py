"""Training: judgements, rankers, evaluation, ONNX export, tracking and promotion."""
