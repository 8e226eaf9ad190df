"""The closed loop: a policy chooses creators week by week, the world answers, the engine learns from it."""
