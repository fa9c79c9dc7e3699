"""
Beside each PDF that a cell shows, whichever way: its first page as a picture. It is drawn here, where the PDF was made,
so that it is there when the conversation is read again; a failure costs the picture only, never the PDF.
"""

import base64

import pdf_page
from ipykernel.displayhook import ZMQShellDisplayHook
from ipykernel.zmqshell import ZMQDisplayPublisher

PDF_MIME = "application/vnd.code-interpreter.pdf+json"


class Publisher(ZMQDisplayPublisher):
    def publish(self, data, metadata=None, **options):
        super().publish(_with_first_page(data), metadata, **options)


class DisplayHook(ZMQShellDisplayHook):
    def write_format_data(self, format_dict, md_dict=None):
        super().write_format_data(_with_first_page(format_dict), md_dict)


def _with_first_page(data):
    if not isinstance(data, dict) or "application/pdf" not in data:
        return data
    try:
        pdf = data["application/pdf"]
        page = pdf_page.draw(pdf if isinstance(pdf, bytes) else base64.b64decode(pdf), 1)
    except Exception:
        return data
    return {**data, PDF_MIME: page}
