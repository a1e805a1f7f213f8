/**
 * Change feeds and delta publishing: what has changed in a table since the last batch, found and kept inside its database by
 * statements over whole tables. It knows {@code database} and the values of {@code flow}; {@code run} plans with it and recovers by
 * it, and the step {@code waybill:feed} calls it.
 */
package io.waybill.feed;
