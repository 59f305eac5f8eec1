"""What things cost, each beside what it is compared to, in one run on one machine: `make bench`."""
