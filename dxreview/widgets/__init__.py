"""What a notebook shows: views that draw themselves and hold no truth of their own."""
