package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.flow.Flow;
import io.waybill.flow.Problem;
import io.waybill.flow.toml.FlowReader;
import java.util.function.UnaryOperator;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.CamelContextHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a trigger of a flow file is refused for, the options of the route that begins by it are refused for. */
class TriggerDoorsTest {

    private static DefaultCamelContext context;

    @BeforeAll
    static void start() {
        context = new DefaultCamelContext();
        context.start();
    }

    @AfterAll
    static void stop() throws Exception {
        context.close();
    }

    private static void begin(String uri) throws Exception {
        CamelContextHelper.getMandatoryEndpoint(context, uri).createConsumer(exchange -> {});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "type = 'interval'; every = '500ms' | type=interval&every=500ms | every: 500 milliseconds is too short; at least 1 second is allowed",
                "type = 'interval'; every = 'often' | type=interval&every=often | every: \"often\" is not a span of time;",
                "type = 'interval' | type=interval | every: is missing",
                "type = 'interval'; every = '15m'; repeat = 3 | type=interval&every=15m&repeat=3 | repeat: goes with start_at, which the times are counted from",
                "type = 'interval'; every = '15m'; start_at = 'soon' | type=interval&every=15m&startAt=soon | start_at: \"soon\" is text; a time such as \"2026-01-15T02:00:00\" is expected",
                "type = 'interval'; every = '15m'; start_at = '2026-01-02T00:00'; end_at = '2026-01-01T00:00' | type=interval&every=15m&startAt=2026-01-02T00:00&endAt=2026-01-01T00:00 | end_at: 2026-01-01T00:00 is before start_at, 2026-01-02T00:00",
                "type = 'interval'; every = '1m'; jitter = '1m' | type=interval&every=1m&jitter=1m | jitter: is as long as every, or longer; one run would begin after the next",
                "type = 'interval'; every = '1 day'; jitter = '36h' | type=interval&every=1 day&jitter=36h | jitter: is as long as every, or longer",
                "type = 'interval'; every = '1 month'; jitter = '29d' | type=interval&every=1 month&jitter=29d | jitter: is as long as every, or longer",
                "type = 'daily'; at = '02:00'; jitter = '24h' | type=daily&at=02:00&jitter=24h | jitter: is as long as 1 day between two times, or longer",
                "type = 'weekly'; at = '02:00'; on = ['monday', 'saturday']; jitter = '2d' | type=weekly&at=02:00&on=monday,saturday&jitter=2d | jitter: is as long as 2 days between two times, or longer",
                "type = 'monthly'; at = '02:00'; day = 1; jitter = '28d' | type=monthly&at=02:00&day=1&jitter=28d | jitter: is as long as 28 days between two times, or longer",
                "type = 'daily'; at = 'noon' | type=daily&at=noon | at: \"noon\" is text; a time",
                "type = 'daily' | type=daily | at: is missing; write for example at = \"02:00\"",
                "type = 'weekly'; at = '02:00' | type=weekly&at=02:00 | on: is missing; write for example on = [\"monday\"]",
                "type = 'weekly'; at = '02:00'; on = ['mon'] | type=weekly&at=02:00&on=mon | on: \"mon\" is not a weekday; allowed: monday, tuesday,",
                "type = 'monthly'; at = '02:00' | type=monthly&at=02:00 | day: is missing; write for example day = 1",
                "type = 'monthly'; at = '02:00'; day = 'lst' | type=monthly&at=02:00&day=lst | day: \"lst\" is no day of a month; 1 to 31 is allowed, or \"last\"",
                "type = 'monthly'; at = '02:00'; day = 0 | type=monthly&at=02:00&day=0 | day: ",
                "type = 'schedule'; schedule = '0 2'; jitter = '1m' | type=schedule&schedule=0 2&jitter=1m | schedule: \"0 2\" is not a schedule: it has 2 fields",
                "type = 'daily'; at = '02:00'; timezone = 'Vienna' | type=daily&at=02:00&timezone=Vienna | timezone: \"Vienna\" is not a time zone",
            })
    void whatIsWrongIsRefusedAtBoth(String keys, String options, String message) {
        String toml = "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"t.csv\"\n[[triggers]]\n"
                + keys.replace("; ", "\n").replace('\'', '"') + "\n";
        assertThat(new FlowReader(UnaryOperator.identity()).read("t.toml", toml).problems())
                .extracting(Problem::toString)
                .anyMatch(problem -> problem.contains("triggers." + message));

        assertThatThrownBy(() -> begin("waybill:clock/t?trigger=x&" + options))
                .hasStackTraceContaining("waybill:clock/t: "
                        + message.replace("start_at", "startAt").replace("end_at", "endAt"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "waybill:clock/t?type=daily&at=02:00 | waybill:clock/t: trigger: is missing",
                "waybill:clock/t?trigger=x | waybill:clock/t: type: is missing; allowed: schedule, interval,",
                "waybill:clock/t?trigger=x&type=hourly | waybill:clock/t: type: \"hourly\" is not known; allowed: schedule,",
                "waybill:clock/t?trigger=x&type=stream | waybill:clock/t: type: stream has no times",
                "waybill:clock/t?trigger=x&type=daily&at=02:00&every=1m | waybill:clock/t: every: is not for type daily",
                "waybill:clock/t?trigger=x&type=daily&at=2026-01-15T02:00 | waybill:clock/t: at: 2026-01-15T02:00 is a time; a time of day such as \"02:00\" is expected",
                "waybill:clock/t?trigger=x&type=once&at=02:00 | waybill:clock/t: at: 02:00 is a time of day; a time such as \"2026-01-15T02:00:00\" is expected",
                "waybill:clock/t?trigger=x&type=daily&at=02:00&limit=5 | waybill:clock/t: limit: is an option of waybill:begin, not of waybill:clock",
                "waybill:clock/t?trigger=x&type=daily&at=02:00&jiter=5s | jiter: is not an option of waybill:clock;",
                "waybill:listen/t?trigger=x | waybill:listen/t: channel: is missing",
                "waybill:stage/t | waybill:stage/t: is a step to send to; a flow's triggers start it",
            })
    void aRouteIsToldWhatIsWrongWithItsBeginning(String uri, String message) {
        assertThatThrownBy(() -> begin(uri)).hasStackTraceContaining(message);
    }

    /** Quartz takes a zone whose name it does not know for GMT. */
    @ParameterizedTest
    @CsvSource({
        "+05:00, quartz:t/x?cron=0+0+2+*+*+%3F+*&trigger.timeZone=RAW(GMT+05:00)",
        "UTC+05:00, quartz:t/x?cron=0+0+2+*+*+%3F+*&trigger.timeZone=RAW(GMT+05:00)",
        "Europe/Vienna, quartz:t/x?cron=0+0+2+*+*+%3F+*&trigger.timeZone=Europe/Vienna",
        "+05:00:30, waybill:clock/t?trigger=x&type=schedule&schedule=0+2+*+*+*&timezone=RAW(+05:00:30)",
    })
    void cronHasTheZoneThatItNames(String zone, String uri) {
        String toml =
                "id = \"t\"\n[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"t.csv\"\n[[triggers]]\n"
                        + "id = \"x\"\ntype = \"schedule\"\nschedule = \"0 2 * * *\"\ntimezone = \"" + zone + "\"\n";
        Flow flow =
                new FlowReader(UnaryOperator.identity()).read("t.toml", toml).value();

        assertThat(new TriggerEndpoints(new FlowRoute(flow, null, "db", context))
                        .clock(flow.triggers().get(0)))
                .isEqualTo(uri);
    }

    @Test
    void nobodySendsToAClock() {
        assertThatThrownBy(() -> CamelContextHelper.getMandatoryEndpoint(
                                context, "waybill:clock/t?trigger=x&type=daily&at=02:00")
                        .createProducer())
                .hasMessage("waybill:clock/t: a route begins there; none sends to it");
    }

    @Test
    void whoLooksSaysForWhom() throws Exception {
        var producer = CamelContextHelper.getMandatoryEndpoint(context, "waybill:look/t")
                .createProducer();

        assertThatThrownBy(producer::start).hasStackTraceContaining("waybill:look/t: trigger: is missing");
    }

    @Test
    void whatIsRightBegins() {
        assertThatCode(() -> begin("waybill:clock/t?trigger=x&type=monthly&at=02:00&day=last&timezone=Europe/Vienna"))
                .doesNotThrowAnyException();
    }
}
