"""A frozen, hashed, published state: the folder that stakeholders, the dashboard and a USB stick
are given."""
