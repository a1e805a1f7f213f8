/**
 * Files: where one ends and the next begins, their names, their private staging with length and SHA-256, compression,
 * and the waybill that proves them.
 *
 * <p>May know {@code flow} and {@code rows}. Called by {@code route}; {@code cli} verifies waybills.
 */
package io.waybill.part;
