"""The world beside real measurements, and the script that fits its parameters to them."""
