/**
 * What to export: the values read from a flow file and from {@code datasets.toml}, each checked, each message with file,
 * line and key.
 *
 * <p>May know nothing of the other packages. Everybody may know it.
 */
package io.waybill.flow;
