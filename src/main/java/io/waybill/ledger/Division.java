package io.waybill.ledger;

import org.jdbi.v3.core.mapper.reflect.ColumnName;

/**
 * A run whose rows several processes read.
 *
 * @param digest what each who takes part has to have planned as well
 * @param zone the zone of its logical time
 * @param snapshot the name of the snapshot that all join; null where each range is read in one of its own
 * @param token what lies in the folder of its staged files: who reads it there shares the folder
 * @param processes how many read at the same time, at most
 */
public record Division(
        String runId,
        String flow,
        String digest,
        String zone,
        @ColumnName("snapshot_name") String snapshot,
        String token,
        int processes) {}
