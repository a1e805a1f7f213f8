/**
 * Flows as a person fills them in: the fields of a form, made from the keys' declarations, and what is filled in as changes of a flow
 * file's text. It knows the flows' vocabulary alone; pages show it.
 */
package io.waybill.form;
