"""What stands between the web and the model."""
