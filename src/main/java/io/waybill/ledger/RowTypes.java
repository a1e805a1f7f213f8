package io.waybill.ledger;

import java.sql.Types;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** How the ledger's tables hold values, and which records their rows are: columns go by the names of a record's components. */
final class RowTypes {

    private static final List<Class<?>> ROWS = List.of(
            RunEntry.class,
            RecordedDelivery.class,
            FlowLocks.Lock.class,
            Division.class,
            RangeState.class,
            Watermark.class,
            Audit.Entry.class,
            AuditHead.class,
            Pauses.Pause.class,
            Sessions.Row.class,
            Subjects.Subject.class,
            Tokens.Token.class,
            Nodes.Row.class);

    private RowTypes() {}

    static Jdbi register(Jdbi jdbi) {
        ROWS.forEach(row -> jdbi.registerRowMapper(ConstructorMapper.factory(row)));
        jdbi.registerArgument(new Milliseconds());
        jdbi.registerColumnMapper(Instant.class, (row, column, context) -> {
            long millis = row.getLong(column);
            return row.wasNull() ? null : Instant.ofEpochMilli(millis);
        });
        jdbi.registerArgument(new Owners());
        jdbi.registerColumnMapper(Owner.class, (row, column, context) -> {
            String owner = row.getString(column);
            return owner == null ? null : Owner.parse(owner);
        });
        return jdbi;
    }

    /** A time is a number of milliseconds. */
    private static final class Milliseconds extends AbstractArgumentFactory<Instant> {

        Milliseconds() {
            super(Types.BIGINT);
        }

        @Override
        protected Argument build(Instant time, ConfigRegistry config) {
            return (position, statement, context) -> statement.setLong(position, time.toEpochMilli());
        }
    }

    /** A process is a text. */
    private static final class Owners extends AbstractArgumentFactory<Owner> {

        Owners() {
            super(Types.VARCHAR);
        }

        @Override
        protected Argument build(Owner owner, ConfigRegistry config) {
            return (position, statement, context) -> statement.setString(position, owner.toString());
        }
    }
}
