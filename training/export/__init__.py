"""LightGBM models as ONNX graphs that give the same scores, to the last bit."""
