"""Labels of a form stand at the height of the text in their fields."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout


def level_labels(form: QFormLayout) -> None:
    """To be called once the rows are there: Qt puts labels beside tall fields too high."""
    role = QFormLayout.ItemRole
    for row in range(form.rowCount()):
        label, field = form.itemAt(row, role.LabelRole), form.itemAt(row, role.FieldRole)
        widget = None if label is None else label.widget()
        if widget is not None and field is not None:
            widget.setMinimumHeight(field.sizeHint().height())
