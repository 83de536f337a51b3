"""Documents as the offices file them: A4 by GB/T 9704-2012, written part by part.

A .docx of paragraphs and one table is five parts of XML. A library would bring compiled code to every
machine of an intranet, and knows neither 字号 nor the document grid, which are what the standard is about.
"""
