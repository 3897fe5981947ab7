"""Small widgets that know no model."""
