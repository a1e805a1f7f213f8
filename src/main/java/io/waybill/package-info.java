/** What all of it shares: how a run ends that cannot go on. */
package io.waybill;
