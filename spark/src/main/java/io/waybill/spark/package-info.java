/**
 * Exports whose ranges executors of Apache Spark read and write. The driver is a whole Waybill, started by {@link io.waybill.spark.Main}; what
 * executors do is {@link io.waybill.spark.RangeWorker}. Spark's libraries and Waybill's are other versions of the same: each has a class loader of
 * its own, and only bytes and types of the JDK go between them.
 */
package io.waybill.spark;
