/**
 * What to export: values that check themselves, the keys that they are set by, each declared once, and the rules of what goes together.
 *
 * <p>May know nothing of the other packages. Everybody may know it.
 */
package io.waybill.flow;
