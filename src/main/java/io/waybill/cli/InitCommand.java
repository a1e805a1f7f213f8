package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.flow.FileFormat;
import io.waybill.flow.NearestName;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.rows.DataSources;
import io.waybill.run.ColumnScan.Proposal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code waybill init}. */
@Command(
        name = "init",
        description =
                "Makes a folder ready for your own database: asks for its URL, tries it out, lists its tables, and"
                        + " writes application.properties and a flow for each table that you choose.",
        footer = {
            "",
            "It works in the folder it is called in, asks before it writes, and writes over nothing. With --yes it asks",
            "nothing, and takes what it would propose.",
            "",
            "Examples:",
            "  waybill init",
            "  waybill init --yes --url jdbc:h2:./data/shop --user export --password-env SHOP_PASSWORD \\",
            "          --table orders --table customers --to exports/"
        })
final class InitCommand extends WaybillCommand {

    private static final String PREFIX = "waybill.datasource.";

    @Option(names = "--url", paramLabel = "URL", description = "The database, by the JDBC URL that its driver takes.")
    private String url;

    @Option(names = "--user", paramLabel = "USER", description = "Who logs in.")
    private String user;

    @Option(
            names = "--password-env",
            paramLabel = "VARIABLE",
            description = "The environment variable that has the password; application.properties names it.")
    private String passwordEnv;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the data source is called; one of application.properties where --url is not given.")
    private String name;

    @Option(names = "--table", paramLabel = "TABLE", description = "A table or view to export; may be repeated.")
    private List<String> tables = List.of();

    @Option(
            names = "--to",
            paramLabel = "PATH",
            description = "Where files go: a folder, or for one table a file. Without it, exports/.")
    private String to;

    @Option(names = "--format", paramLabel = "FORMAT", description = "csv, tsv, json, jsonl, parquet or xlsx; csv.")
    private String format;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "full, or incremental: what is new since the last export. Without it, what is proposed.")
    private String mode;

    @Option(names = "--yes", description = "Ask nothing.")
    private boolean yes;

    private Dialogue dialogue;

    /** How the password is written down; null for none. */
    private String passwordSetting;

    @Override
    public Integer call() throws Exception {
        check();
        if (!yes) {
            if (!Terminal.isAnswered()) {
                throw new WrongUsageException("there is nobody to ask; say --yes, with --url and --table");
            }
            dialogue = new Dialogue(out());
        }
        try (Workspace workspace = Workspace.open();
                InitSource source = source(workspace)) {
            List<String> all = source.tables();
            String datasource = datasource(source, workspace);
            out().line(all.size() == 1 ? "one table or view" : all.size() + " tables and views");
            TableChoice choice = new TableChoice(all);
            List<String> chosen = yes || !tables.isEmpty() ? choice.of(tables) : choice.ask(dialogue);
            write(source, datasource, chosen, new InitFiles(FlowRoutesLoader.placeholders(workspace.context())));
        }
        return ExitCode.DONE;
    }

    /** What can be told before anything is asked. */
    private void check() {
        if (mode != null && !List.of("full", "incremental").contains(mode)) {
            throw new WrongUsageException("--mode: "
                    + NearestName.refusal(mode, "is not a mode that is proposed", List.of("full", "incremental")));
        }
        if (format != null) {
            requireFormat(format);
        }
        if (name != null && !name.matches("[A-Za-z0-9_-]{1,100}")) {
            throw new WrongUsageException("--name: \"" + name + "\" is no name; letters, digits, _ and - are allowed");
        }
        if (to != null && to.matches("[a-z0-9+.-]{2,}:.*")) {
            throw new WrongUsageException("--to: \"" + to + "\" is not a folder of this machine; what goes elsewhere"
                    + " takes a connection, which is added to the flow: docs/delivery.md");
        }
    }

    private static void requireFormat(String format) {
        if (FileFormat.all().stream().noneMatch(each -> each.extension().equals(format))) {
            throw new WrongUsageException("--format: "
                    + NearestName.refusal(
                            format,
                            "is not known",
                            FileFormat.all().stream().map(FileFormat::extension).toList()));
        }
    }

    /** The database; at a terminal, asks until there is one that answers. */
    private InitSource source(Workspace workspace) {
        List<String> known = DataSources.names(workspace.context());
        if (url == null && name != null && known.contains(name)) {
            return known(workspace, name);
        }
        if (yes) {
            if (url == null) {
                throw new WrongUsageException(
                        known.isEmpty()
                                ? "--url: is missing; write for example " + InitSource.example()
                                : "--url: is missing, or --name with a data source of application.properties: "
                                        + String.join(", ", known));
            }
            return greeted(InitSource.open(url, user, password(null)));
        }
        if (url == null) {
            out().line("Where is the database? Its URL, for example " + InitSource.example());
            out().line("(drivers that are here: " + InitSource.drivers()
                    + (known.isEmpty() ? "" : "; configured already: " + String.join(", ", known)) + ")");
        }
        while (true) {
            String asked = url != null ? url : dialogue.ask("URL" + (known.isEmpty() ? "" : " or name"), "");
            if (asked.isEmpty()) {
                continue;
            }
            try {
                if (known.contains(asked)) {
                    return known(workspace, asked);
                }
                InitSource.check(asked);
                String who = user != null ? user : dialogue.ask("User, Enter for none", "");
                return greeted(InitSource.open(asked, who.isEmpty() ? null : who, password(who)));
            } catch (WaybillException | WrongUsageException e) {
                if (url != null) {
                    throw e;
                }
                error(e.getMessage());
            }
        }
    }

    private InitSource known(Workspace workspace, String known) {
        name = known;
        return greeted(new InitSource(null, null, null, DataSources.find(workspace.context(), known)));
    }

    private InitSource greeted(InitSource source) {
        try {
            out().line(source.greeting());
            return source;
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** @param who the user that was asked for; null where nobody is asked */
    private String password(String who) {
        if (passwordEnv != null) {
            String value = System.getenv(passwordEnv);
            if (value == null) {
                throw new WrongUsageException("--password-env: the environment has no " + passwordEnv);
            }
            return value;
        }
        if (who == null || who.isEmpty()) {
            return user == null ? null : "";
        }
        return dialogue.secret("Password, which is not shown");
    }

    /** What the data source is called. */
    private String datasource(InitSource source, Workspace workspace) throws IOException {
        if (source.url() == null) {
            return name;
        }
        Properties there = InitFiles.settings();
        String proposed = name != null ? name : InitSource.name(source.url());
        while (true) {
            String wanted = yes || name != null ? proposed : dialogue.ask("Name of the data source", proposed);
            String other = there.getProperty(PREFIX + wanted + ".url");
            String wrong = !wanted.matches("[A-Za-z0-9_-]{1,100}")
                    ? "--name: \"" + wanted + "\" is no name; letters, digits, _ and - are allowed"
                    : other != null && !other.equals(source.url())
                            ? "--name: data source \"" + wanted
                                    + "\" is in application.properties already, with another url; take another name"
                            : null;
            if (wrong == null) {
                askForPasswordsPlace(source, wanted);
                return wanted;
            }
            if (yes || name != null) {
                throw new WrongUsageException(wrong);
            }
            error(wrong);
        }
    }

    /** A password stands in no file unless somebody says so. */
    private void askForPasswordsPlace(InitSource source, String datasource) {
        if (passwordEnv != null) {
            passwordSetting = "{{env:" + passwordEnv + "}}";
        } else if (source.password() != null && source.password().isEmpty()) {
            passwordSetting = "";
        } else if (source.password() != null) {
            String proposed = datasource.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_PASSWORD";
            String variable = "";
            while (!variable.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                variable = dialogue.ask(
                        "Environment variable that has the password at each run, or \"file\" to keep it in"
                                + " application.properties",
                        proposed);
            }
            passwordSetting = variable.equals("file") ? source.password() : "{{env:" + variable + "}}";
            passwordEnv = variable.equals("file") ? null : variable;
        }
    }

    private void write(InitSource source, String datasource, List<String> chosen, InitFiles files) throws IOException {
        if (source.url() != null) {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put(PREFIX + datasource + ".url", source.url());
            if (source.user() != null) {
                settings.put(PREFIX + datasource + ".username", source.user());
            }
            if (passwordSetting != null) {
                settings.put(PREFIX + datasource + ".password", passwordSetting);
            }
            files.set("The database that flows name by datasource = \"" + datasource + "\"", settings);
        }
        String where = to != null ? to : yes ? "exports/" : dialogue.ask("Where do files go", "exports/");
        List<FirstFlow> flows = new ArrayList<>();
        for (String table : chosen) {
            FirstFlow flow = flow(source.look(table, datasource), datasource, where, chosen.size() > 1);
            files.flow(flow.table().id(), flow.text());
            if (flow.declares() && !files.dataSet(flow.table().dataset(), flow.dataSet())) {
                out().line("  data set \"" + flow.table().dataset()
                        + "\" is declared in routes/datasets.toml already, and stays as it is");
            }
            flows.add(flow);
        }
        files.showAdded(out());
        if (!yes && !dialogue.agrees("Write the files", true)) {
            throw new WrongUsageException("nothing is written");
        }
        files.write(out());
        next(flows.get(0));
    }

    private FirstFlow flow(InitTable table, String datasource, String where, boolean several) {
        out().line("");
        out().line(out().bold(table.dataset()));
        boolean isOfNewRows = isOfNewRows(table);
        List<Proposal> marks = marks(table);
        return new FirstFlow(table, datasource, isOfNewRows, marks, path(table, where, isOfNewRows, several));
    }

    private boolean isOfNewRows(InitTable table) {
        if ("incremental".equals(mode) && table.column() == null) {
            throw new WrongUsageException("--mode: table \"" + table.dataset() + "\": " + table.why()
                    + "; declare a watermark by hand, or export all rows");
        }
        String proposed = table.isProposed() ? "incremental" : "full";
        String meant = mode;
        if (meant == null && table.column() != null && !yes) {
            out().line("  full exports all rows each time, incremental what is new: " + table.why());
            while (meant == null) {
                String answer = dialogue.ask("  Mode", proposed);
                meant = List.of("full", "incremental").contains(answer) ? answer : null;
            }
        }
        if (meant == null) {
            out().line("  " + proposed + ": " + table.why());
            meant = proposed;
        }
        return meant.equals("incremental");
    }

    private List<Proposal> marks(InitTable table) {
        if (table.marks().isEmpty()) {
            return List.of();
        }
        out().line("  looks like data of persons:");
        table.marks().forEach(mark -> out().line("    " + mark.column() + ": " + mark.why()));
        if (yes) {
            out().line("  marked pii in routes/datasets.toml, and left out of files unless the flow says otherwise");
            return table.marks();
        }
        return dialogue.agrees("  Mark them pii, so that they stay out of files unless a flow says otherwise", true)
                ? table.marks()
                : List.of();
    }

    /** @param several whether others go there, too */
    private String path(InitTable table, String where, boolean isOfNewRows, boolean several) {
        String file = where.substring(where.lastIndexOf('/') + 1);
        if (!file.isEmpty() && FileFormat.ofFileName(file).isPresent()) {
            if (several) {
                throw new WrongUsageException("--to: \"" + where + "\" is a file, and several tables take a folder");
            }
            return where;
        }
        String folder = where.endsWith("/") ? where : where + "/";
        String ending = format == null ? "csv" : format;
        return folder + table.id() + (isOfNewRows ? "_{run_id}." : ".") + ending;
    }

    private void next(FirstFlow flow) {
        String waybill = Files.isExecutable(Path.of("waybill")) && Files.isRegularFile(Path.of("waybill"))
                ? "./waybill"
                : "waybill";
        out().line("");
        out().line(out().bold("Next:"));
        if (passwordEnv != null && System.getenv(passwordEnv) == null) {
            out().line("  export " + passwordEnv + "=…");
        }
        out().line("  " + waybill + " preview " + flow.table().id() + "     the first rows, as they would leave");
        out().line("  " + waybill + " run " + flow.table().id() + "         writes " + flow.path());
    }
}
