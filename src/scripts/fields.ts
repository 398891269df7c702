// What a script writes into a field that somebody may be typing in.

/** Sets a field's value, but lets it be while the field has the focus: nobody's typing is overwritten by what has just
 * come over the wire. */
export function setUnlessTyping(field: HTMLInputElement, value: string): void {
  if (document.activeElement !== field) field.value = value;
}
