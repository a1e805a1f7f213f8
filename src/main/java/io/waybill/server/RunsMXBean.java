package io.waybill.server;

import java.util.List;

/** What JMX tells of the runs of a server. */
public interface RunsMXBean {

    /** The runs under way in this process: flow and id. */
    List<String> getOpenRuns();

    /** How many firings wait for the ledger or a database. */
    int getWaitingFirings();

    /** Whether the ledger answers. */
    boolean isLedgerUp();

    /** When a run was done last, of whichever flow, in ISO 8601; null where none was. */
    String getLastSuccess();

    /** How many runs are done since the ledger is there. */
    long getRunsDone();

    /** How many have failed. */
    long getRunsFailed();
}
