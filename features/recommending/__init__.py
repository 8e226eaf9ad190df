"""What recommending products and videos to creators needs: who did what with them, and how they are doing."""
