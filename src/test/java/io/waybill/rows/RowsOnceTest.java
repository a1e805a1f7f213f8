package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A body of rows has one reader; whoever comes second gets an error and never the rest. */
class RowsOnceTest {

    private static final String ONCE = "a body of rows can be read once";

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 100000)");

    private void add(RoutesBuilder routes) throws Exception {
        harness.context().addRoutes(routes);
    }

    private Exchange send(String endpoint, Object body) throws Exception {
        try (var template = harness.context().createProducerTemplate()) {
            return template.send(endpoint, exchange -> exchange.getMessage().setBody(body));
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(5, TimeUnit.MINUTES)).isTrue();
    }

    private void loadFlow() throws Exception {
        harness.load("tapped.toml", """
                [properties.export]
                source_dataset_id = "t"
                file_path = "{{root}}/out/t.csv"
                redelivery = { maximum_redeliveries = 0 }
                """);
    }

    private void assertThatNothingWasExported() {
        assertThat(harness.ledger().runs("tapped", null, 10)).singleElement().satisfies(run -> {
            assertThat(run.status()).hasToString("FAILED");
            assertThat(run.error()).contains(ONCE);
        });
        assertThat(harness.file("out/t.csv")).doesNotExist();
        assertThat(harness.file("out/t.csv.waybill.json")).doesNotExist();
    }

    @Test
    void failsTheRunWhoseRowsWereReadBeforeByAWireTap() throws Exception {
        CountDownLatch tapped = new CountDownLatch(1);
        add(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:tap").marshal().custom("waybill-csv").process(exchange -> tapped.countDown());
            }
        });
        loadFlow();
        AdviceWith.adviceWith(
                harness.context(),
                "tapped",
                route -> route.weaveById("tapped.stage")
                        .before()
                        .wireTap("direct:tap")
                        .process(exchange -> await(tapped)));

        assertThatThrownBy(() -> harness.run("tapped"))
                .hasMessageStartingWith(
                        "waybill:stage/tapped: the rows cannot be read: waybill-csv has them already; " + ONCE);
        assertThatNothingWasExported();
    }

    @Test
    void failsTheRunWhoseRowsAWireTapWantsAfterIt() throws Exception {
        CountDownLatch staged = new CountDownLatch(1);
        CountDownLatch tapped = new CountDownLatch(1);
        AtomicReference<Exception> tap = new AtomicReference<>();
        add(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:tap")
                        .process(exchange -> await(staged))
                        .doTry()
                        .to("direct:json")
                        .doCatch(Exception.class)
                        .process(exchange -> tap.set(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)))
                        .doFinally()
                        .process(exchange -> tapped.countDown());
                from("direct:json").errorHandler(noErrorHandler()).marshal().custom("waybill-json");
            }
        });
        loadFlow();
        AdviceWith.adviceWith(harness.context(), "tapped", route -> {
            route.weaveById("tapped.stage").before().wireTap("direct:tap");
            route.weaveById("tapped.stage").after().process(exchange -> {
                staged.countDown();
                await(tapped);
            });
        });

        assertThatThrownBy(() -> harness.run("tapped"))
                .hasMessageContaining("waybill:stage/tapped has them already; " + ONCE);
        assertThat(tap.get()).hasMessageContaining("waybill-json: the rows cannot be read");
        assertThatNothingWasExported();
    }

    @Test
    void aMarshalThatIsTriedAgainAfterAFailedReadWritesNoFile() throws Exception {
        add(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(3).redeliveryDelay(0));
                from("direct:again")
                        .to("rows:db")
                        .marshal()
                        .custom("waybill-csv")
                        .to("file:" + harness.file("out") + "?fileName=again.csv");
            }
        });

        Exchange sent = send("direct:again", "SELECT x, 1 / (x - 60000) AS y FROM system_range(1, 100000)");

        assertThat(sent.getException())
                .hasMessageStartingWith("waybill-csv: the rows cannot be read: reading them failed before: ")
                .hasMessageContaining("Division by zero")
                .hasMessageEndingWith("or let one write the file that all get");
        assertThat(harness.file("out")).doesNotExist();
    }

    @Test
    void theSecondFormatOfAMulticastFails() throws Exception {
        for (boolean parallel : new boolean[] {false, true}) {
            String name = parallel ? "parallel" : "one-by-one";
            add(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:" + name)
                            .to("rows:db")
                            .multicast()
                            .stopOnException()
                            .parallelProcessing(parallel)
                            .to("direct:csv-" + name, "direct:json-" + name);
                    from("direct:csv-" + name).marshal().custom("waybill-csv");
                    from("direct:json-" + name).marshal().custom("waybill-json");
                }
            });

            assertThat(send("direct:" + name, "SELECT * FROM t").getException())
                    .hasStackTraceContaining("the rows cannot be read")
                    .hasStackTraceContaining(ONCE);
        }
    }

    @Test
    void anIteratorIsMarshalledOnceAsWell() throws Exception {
        add(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:iterator").marshal().custom("waybill-json");
            }
        });
        Iterator<java.util.Map<String, Integer>> maps =
                List.of(java.util.Map.of("id", 1)).iterator();

        assertThat(send("direct:iterator", maps).getException()).isNull();
        assertThat(send("direct:iterator", maps).getException())
                .hasMessage(
                        "waybill-json: the iterator in the body cannot be read: waybill-json has it already; it can be"
                                + " read once, and a list again and again");
    }

    @Test
    void loggingAndTracingTakeNoRow() throws Exception {
        harness.context().setTracing(true);
        add(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:logged")
                        .streamCaching()
                        .to("rows:db")
                        .log("${body}")
                        .to("log:rows?showAll=true&showStreams=true")
                        .convertBodyTo(String.class, false)
                        .to("direct:text");
                from("direct:text").to("mock:text");
            }
        });

        assertThat(send("direct:logged", "SELECT * FROM t").getMessage().getBody())
                .isEqualTo("rows of id, to be read once");
    }

    @Test
    void rowsBecomeNoListAndNoBytes() throws Exception {
        add(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:list").to("rows:db").convertBodyTo(List.class);
                from("direct:bytes").to("rows:db").convertBodyTo(byte[].class);
                from("direct:split")
                        .to("rows:db")
                        .split(body())
                        .marshal()
                        .custom("waybill-csv")
                        .end();
            }
        });

        for (String route : List.of("list", "bytes")) {
            assertThat(send("direct:" + route, "SELECT * FROM t").getException())
                    .describedAs(route)
                    .hasStackTraceContaining("io.waybill.rows.BodyRows");
        }
        assertThat(send("direct:split", "SELECT * FROM t").getException()).isNull();
    }

    @Test
    void aConversionIsAReaderAsAnyOther() throws Exception {
        add(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:twice")
                        .to("rows:db")
                        .setProperty("rows", body())
                        .convertBodyTo(InputStream.class)
                        .setBody(exchangeProperty("rows"))
                        .convertBodyTo(Iterator.class);
            }
        });

        assertThat(send("direct:twice", "SELECT * FROM t").getException())
                .hasStackTraceContaining(
                        "a conversion to Iterator: the rows cannot be read: a conversion to InputStream has them already; "
                                + ONCE);
    }

    @Test
    void aSecondThreadCannotReadBesideTheFirst() throws Exception {
        add(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:both").to("rows:db").process(exchange -> {
                    Rows rows = exchange.getMessage().getBody(Rows.class);
                    RowBatch batch = new RowBatch(rows.schema());
                    assertThat(rows.read(batch)).isTrue();
                    AtomicReference<Exception> other = new AtomicReference<>();
                    Thread thread = new Thread(() -> {
                        try {
                            rows.read(new RowBatch(rows.schema()));
                        } catch (RuntimeException e) {
                            other.set(e);
                        }
                    });
                    thread.start();
                    thread.join();
                    assertThat(other.get()).hasMessageContaining(ONCE);
                    rows.read(batch);
                });
            }
        });

        assertThat(send("direct:both", "SELECT * FROM t").getException()).hasMessageContaining(ONCE);
        assertThat(Files.list(harness.folder())).isEmpty();
    }
}
