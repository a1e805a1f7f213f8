/**
 * The command line: commands, what they print, progress, exit codes.
 *
 * <p>May know every package. Nobody knows it.
 */
package io.waybill.cli;
