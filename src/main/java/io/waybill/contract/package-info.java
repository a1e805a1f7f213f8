/**
 * What must hold of an export before anything of it leaves: what is expected, put into the terms of its columns, and how it is measured in
 * the batches that are staged.
 *
 * <p>May know {@code flow}, {@code facts}, {@code rows}. {@code run} plans it, and the step that stages rows has it measured.
 */
package io.waybill.contract;
