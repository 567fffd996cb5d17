"""What several pages draw with: forms, charts, findings, live curves. Computes nothing of its own."""
