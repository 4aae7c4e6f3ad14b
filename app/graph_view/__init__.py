"""The picture of one pass: geometry, painting, and the widget around them."""
