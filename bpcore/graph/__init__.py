"""A pass of the network, recorded and explained."""
