"""Off-policy estimates on the Open Bandit Dataset (Saito, Aihara, Matsutani and Narita 2021)."""
