"""Small tools every room uses: array types, checks of what users pass, names, safe writing of files."""
