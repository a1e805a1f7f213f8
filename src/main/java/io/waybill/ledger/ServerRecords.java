package io.waybill.ledger;

import java.time.Clock;

/** What a ledger keeps of those who come by the server, and in whose name it is changed by them. */
public final class ServerRecords {

    private final LedgerDatabase database;
    private final Clock clock;
    private final Audit audit;

    ServerRecords(LedgerDatabase database, Clock clock, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.audit = audit;
    }

    /** Who may come. */
    public Tokens tokens() {
        return new Tokens(database, clock, audit);
    }

    /** Users of an OpenID provider who have come. */
    public Subjects subjects() {
        return new Subjects(database, clock);
    }

    /** The runs that were asked for. */
    public Requests requests() {
        return new Requests(database);
    }

    /** What the files of export calls are like inside. */
    public RowGroups rowGroups() {
        return new RowGroups(database);
    }

    /** Who is logged in. */
    public Sessions sessions() {
        return new Sessions(database, clock, audit);
    }

    /** Those who log in or out, who are not the user of this process. */
    public Sessions sessions(String actor) {
        return new Sessions(database, clock, audit.by(actor));
    }

    /** All runs, page by page. */
    public History history() {
        return new History(database);
    }

    /** The record of who does what, by somebody who is not the user of this process. */
    public Audit audit(String actor) {
        return audit.by(actor);
    }

    /** Which flows are paused, by somebody who is not the user of this process. */
    public Pauses pauses(String actor) {
        return new Pauses(database, clock, audit.by(actor));
    }

    /** The runs that are quarantined, and decided about by somebody who is not the user of this process. */
    public Quarantine quarantine(String actor) {
        return new Quarantine(database, audit.by(actor));
    }

    /** Tokens that somebody makes who is not the user of this process. */
    public Tokens tokens(String actor) {
        return new Tokens(database, clock, audit.by(actor));
    }
}
