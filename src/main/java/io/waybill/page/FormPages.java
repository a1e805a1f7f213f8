package io.waybill.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.TomlText;
import io.waybill.form.Filling;
import io.waybill.form.FlowForm;
import io.waybill.form.FormProblem;
import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.FormFields;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Refused;
import io.waybill.server.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Making a flow and changing it, in a form or as text, with its plan beside and the difference shown before it is saved. */
final class FormPages {

    private static final String TOML = "application/toml";
    private static final String ADD = "add:";
    private static final String REMOVE = "remove:";
    private static final String NO_TEXT = "the text is not TOML, and no form can show it: ";

    private final Inside inside;
    private final Paper paper;

    FormPages(Inside inside, Paper paper) {
        this.inside = inside;
        this.paper = paper;
    }

    /**
     * What comes of a text.
     *
     * @param plan null where there is none
     * @param problems why; or what is wrong besides
     */
    record Looked(JsonNode plan, List<FormProblem> problems) {

        /** Whether the flow's text is wrong, and not just what it is about: that is not saved. */
        boolean isRefused() {
            return problems.stream()
                    .anyMatch(problem -> problem.line() > 0 || !problem.key().isEmpty());
        }
    }

    List<Operation> operations() {
        return List.of(
                Operation.page("newFlowPage", "/new", Role.CREATE, "Where a flow is begun.", this::showNew)
                        .query("dataset", "what it exports")
                        .query("datasource", "the data source that it is in")
                        .query("search", "a part of the names of the tables that are offered"),
                Operation.form("beginFlow", "/new", Role.CREATE, "Begins a flow.", this::begin)
                        .field("id", "the flow"),
                Operation.page("editFlowPage", "/flows/{id}/edit", Role.CREATE, "A flow's form.", this::showStored),
                // once for each pause of who types: it changes nothing
                Operation.form("editFlow", "/edit", Role.CREATE, "What is done in a flow's form.", this::fill)
                        .field("id", "the flow")
                        .unrecorded(),
                Operation.form("saveFlowForm", "/edit/save", Role.CREATE, "Saves a flow.", this::saved)
                        .field("id", "the flow"));
    }

    private Answer showNew(Call call) throws Exception {
        requireCreate(call);
        return newPage(
                call,
                200,
                "",
                call.parameter("dataset").orElse("").strip(),
                call.parameter("datasource").orElse("").strip(),
                null);
    }

    private static void requireCreate(Call call) {
        if (!call.caller().maySomewhere(Role.CREATE)) {
            throw Refused.of(403, "role create is needed to make a flow");
        }
    }

    private Answer newPage(Call call, int status, String id, String dataSet, String datasource, String problem)
            throws Exception {
        Map<String, Object> shown = new HashMap<>();
        shown.put("dataSets", inside.ask(call, "listDataSets").json().get("datasets"));
        shown.put("sources", inside.dataSources(call));
        shown.put("id", id);
        shown.put("dataSet", dataSet);
        shown.put("datasource", datasource);
        shown.put("problem", problem);
        shown.put(
                "picker",
                TablePicker.of(inside, call, call.parameter("search").orElse("").strip(), dataSet, datasource));
        return paper.page(call, status, "form_new", Place.FLOWS, "New export", shown);
    }

    private Answer begin(Call call) throws Exception {
        requireCreate(call);
        FormFields form = call.form();
        String dataSet = form.text("dataset").orElse("");
        String datasource = form.text("datasource").orElse("");
        String id = form.text("id").orElse(dataSet.replaceAll("[^A-Za-z0-9_-]+", "_"));
        String problem = dataSet.isEmpty()
                ? "Data set: it is missing; write the name of a data set or of a table."
                : Flow.idProblem(id) != null
                        ? "ID: " + Flow.idProblem(id)
                        : inside.flow(call, id).isPresent() ? "ID: there is a flow \"" + id + "\" already." : null;
        if (problem != null) {
            return newPage(call, 422, id, dataSet, datasource, problem);
        }
        return formPage(
                call, 200, new Draft(id, "", FlowForm.begun(dataSet, datasource).text()), List.of());
    }

    private Answer showStored(Call call) throws Exception {
        return formPage(call, 200, stored(call, call.variable("id")), List.of());
    }

    private Draft stored(Call call, String id) throws Exception {
        Answer answer =
                inside.ask(call, "getFlow").of("id", id).header("Accept", TOML).answer();
        return new Draft(id, answer.headers().get("ETag"), answer.text());
    }

    /** What somebody has made of a draft, and what of it could not be taken. */
    private record Filled(Draft draft, List<FormProblem> refused) {

        static Filled of(FormFields form) {
            Draft draft = Draft.of(form);
            if (form.first("text").isPresent()) {
                return new Filled(draft.written(form.first("text").get()), List.of());
            }
            Filling filling = Filling.of(FlowForm.of(parsed(draft), List.of()), name -> control(form, name));
            return new Filled(draft.with(filling.text().text()), filling.refused());
        }
    }

    /** What a control has: of several of one name the last, or all that are ticked, or the pairs. */
    private static Optional<String> control(FormFields form, String name) {
        String field = name.startsWith(Filling.FIELD) ? name.substring(Filling.FIELD.length()) : "";
        if (form.first(Filling.TICKS + field).isPresent()) {
            return Optional.of(Filling.ticked(form.all(name)));
        }
        List<String> names = form.all(Filling.PAIR_NAME + field);
        if (!field.isEmpty() && !names.isEmpty()) {
            try {
                return Optional.of(Filling.paired(names, form.all(Filling.PAIR_VALUE + field)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
            }
        }
        return form.all(name).stream().reduce((first, second) -> second);
    }

    private Answer saved(Call call) throws Exception {
        requireCreate(call);
        Filled filled = Filled.of(call.form());
        return filled.refused().isEmpty()
                ? save(call, filled.draft())
                : formPage(call, 422, filled.draft(), filled.refused());
    }

    private Answer fill(Call call) throws Exception {
        requireCreate(call);
        FormFields form = call.form();
        Filled filled = Filled.of(form);
        Draft draft = filled.draft();
        List<FormProblem> refused = filled.refused();
        String task = form.first("do").orElse("show");
        if (refused.isEmpty() && task.equals("compare")) {
            return compare(call, draft);
        }
        return switch (task) {
            case "plan" -> planPart(look(call, draft, refused), draft);
            case "text" -> textPage(call, 200, draft, look(call, draft, refused));
            default -> {
                Draft changed = task.startsWith(ADD) || task.startsWith(REMOVE) ? changed(draft, task) : draft;
                yield formPage(call, 200, changed, refused);
            }
        };
    }

    private static TomlText parsed(Draft draft) {
        try {
            return TomlText.of(draft.text());
        } catch (IllegalArgumentException e) {
            throw Refused.badRequest(NO_TEXT + e.getMessage());
        }
    }

    private static Draft changed(Draft draft, String task) {
        FlowForm form = FlowForm.of(parsed(draft), List.of());
        String name = task.substring(task.indexOf(':') + 1);
        try {
            return draft.with((task.startsWith(ADD) ? form.added(name) : form.removed(name)).text());
        } catch (IllegalArgumentException e) {
            throw Refused.badRequest(e.getMessage());
        }
    }

    private Answer planPart(Looked looked, Draft draft) {
        return paper.part("form_plan", Map.of("looked", looked, "form", form(draft, looked.problems())));
    }

    /** The form of a draft; empty where its text is none that a form can show. */
    private static Optional<FlowForm> form(Draft draft, List<FormProblem> problems) {
        try {
            return Optional.of(FlowForm.of(TomlText.of(draft.text()), problems));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Plans a draft, as a program would have it planned. */
    private Looked look(Call call, Draft draft, List<FormProblem> before) throws Exception {
        List<FormProblem> problems = new ArrayList<>(before);
        JsonNode plan = null;
        try {
            plan = inside.ask(call, "planText")
                    .query("id", draft.id())
                    .body(draft.text(), TOML)
                    .json();
        } catch (Refused refused) {
            List<String> lines =
                    refused.problems().isEmpty() ? refused.getMessage().lines().toList() : refused.problems();
            lines.stream().map(FormProblem::of).forEach(problems::add);
        }
        return new Looked(plan, problems.stream().distinct().toList());
    }

    private Answer formPage(Call call, int status, Draft draft, List<FormProblem> refused) throws Exception {
        Looked looked = look(call, draft, refused);
        Optional<FlowForm> form = form(draft, looked.problems());
        if (form.isEmpty()) {
            return textPage(call, 422, draft, looked);
        }
        Map<String, Object> shown = new HashMap<>();
        shown.put("draft", draft);
        shown.put("looked", looked);
        shown.put("form", form.get());
        shown.put("columns", new FormColumns(inside).of(call, draft, looked.plan()));
        return paper.page(call, status, "form", Place.FLOWS, title(draft), shown);
    }

    private Answer textPage(Call call, int status, Draft draft, Looked looked) {
        return paper.page(
                call, status, "form_text", Place.FLOWS, title(draft), Map.of("draft", draft, "looked", looked));
    }

    private static String title(Draft draft) {
        return draft.isNew() ? "New export " + draft.id() : "Change " + draft.id();
    }

    private Answer compare(Call call, Draft draft) throws Exception {
        if (look(call, draft, List.of()).isRefused()) {
            return formPage(call, 422, draft, List.of());
        }
        if (draft.isNew()) {
            return difference(call, 200, draft, "", false);
        }
        Draft stored = stored(call, draft.id());
        boolean isOther = !stored.tag().equals(draft.tag());
        return difference(call, isOther ? 412 : 200, draft.withTag(stored.tag()), stored.text(), isOther);
    }

    /** @param isOther whether somebody has saved another text since */
    private Answer difference(Call call, int status, Draft draft, String before, boolean isOther) {
        Map<String, Object> shown = new HashMap<>();
        shown.put("draft", draft);
        shown.put("difference", Difference.of(before, draft.text()));
        shown.put("isOther", isOther);
        return paper.page(call, status, "form_difference", Place.FLOWS, title(draft), shown);
    }

    private Answer save(Call call, Draft draft) throws Exception {
        Inside.Asked put = inside.ask(call, "putFlow").of("id", draft.id()).body(draft.text(), TOML);
        try {
            (draft.isNew() ? put.header("If-None-Match", "*") : put.header("If-Match", draft.tag())).answer();
            return Paper.goTo("/flows/" + Words.inPath(draft.id()));
        } catch (Refused refused) {
            if (refused.status() == 422) {
                return formPage(
                        call,
                        422,
                        draft,
                        refused.problems().stream().map(FormProblem::of).toList());
            }
            if (refused.status() == 412 && inside.flow(call, draft.id()).isPresent()) {
                Draft stored = stored(call, draft.id());
                return difference(call, 412, draft.withTag(stored.tag()), stored.text(), true);
            }
            throw refused;
        }
    }
}
