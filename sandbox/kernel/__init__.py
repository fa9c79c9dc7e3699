"""The bridge in the container: runs the code of cells and reports what happens, line by line."""
