"""Make the sample tables anew, byte for byte: `python -m sample_data.generate [FOLDER]`.

One module a sample, offering `tables() -> {file name: Table}`. All but the digits are invented,
with a seed each, so that anybody may use them for anything.
"""
