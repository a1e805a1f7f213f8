/**
 * Runs as traces of OpenTelemetry: a span a run and a span a step. Knows the steps of a run; its libraries are on no class path but where it
 * is switched on, and the command line calls it there.
 */
package io.waybill.telemetry;
