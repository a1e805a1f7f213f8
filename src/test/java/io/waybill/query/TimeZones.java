package io.waybill.query;

import io.waybill.TestDatabases;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import javax.sql.DataSource;

/** MariaDB's tables of time zones, which {@code mariadb-tzinfo-to-sql} fills on a server. */
final class TimeZones {

    private TimeZones() {}

    static void load(DataSource mariadb, String zone) {
        ZoneRules rules = ZoneId.of(zone).getRules();
        TreeMap<Integer, Integer> types = new TreeMap<>();
        List<String> statements = new ArrayList<>();
        int id = 1 + Math.floorMod(zone.hashCode(), 100_000);
        for (String table : List.of("", "_name", "_transition", "_transition_type")) {
            statements.add("DELETE FROM mysql.time_zone" + table + " WHERE Time_zone_id = " + id);
        }
        statements.add("INSERT INTO mysql.time_zone (Time_zone_id, Use_leap_seconds) VALUES (" + id + ", 'N')");
        statements.add("INSERT INTO mysql.time_zone_name (Name, Time_zone_id) VALUES ('" + zone + "', " + id + ")");
        ZoneOffset first = rules.getOffset(Instant.EPOCH);
        statements.add(type(id, 0, first, rules.isDaylightSavings(Instant.EPOCH)));
        types.put(first.getTotalSeconds(), 0);
        ZoneOffsetTransition next = rules.nextTransition(Instant.EPOCH);
        while (next != null && next.getInstant().isBefore(Instant.parse("2037-12-31T00:00:00Z"))) {
            int offset = next.getOffsetAfter().getTotalSeconds();
            if (!types.containsKey(offset)) {
                types.put(offset, types.size());
                statements.add(
                        type(id, types.get(offset), next.getOffsetAfter(), rules.isDaylightSavings(next.getInstant())));
            }
            statements.add("INSERT INTO mysql.time_zone_transition VALUES (" + id + ", " + next.toEpochSecond() + ", "
                    + types.get(offset) + ")");
            next = rules.nextTransition(next.getInstant());
        }
        TestDatabases.execute(mariadb, statements.toArray(String[]::new));
    }

    private static String type(int id, int type, ZoneOffset offset, boolean summer) {
        return "INSERT INTO mysql.time_zone_transition_type VALUES (" + id + ", " + type + ", "
                + offset.getTotalSeconds() + ", " + (summer ? 1 : 0) + ", 'T" + type + "')";
    }
}
