"""What Lighthouse says of the demonstration council on a phone; Node is needed for this alone."""
