package dev.sallyport.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.http.ApiAccess;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** Shows a list, or the one thing in it that is named. */
abstract class OneOrMany implements Callable<Integer> {

    @Mixin
    private final ListOptions which = new ListOptions();

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    private final String list;
    private final String person;

    /** @param person the field with the person that one is of */
    OneOrMany(String list, String person) {
        this.list = list;
        this.person = person;
    }

    /** The id of the only one that is wanted. */
    abstract @Nullable String id();

    abstract JsonNode one(AccessApi api, String id);

    abstract void show(JsonNode one);

    abstract void showAll(List<JsonNode> many);

    @Override
    public final Integer call() {
        String id = id();
        if (id == null) {
            List<JsonNode> many = which.of(access.api(), list, person);
            if (output.json()) {
                Output.print(many);
            } else {
                showAll(many);
            }
        } else {
            JsonNode one = one(new AccessApi(access.api()), id);
            if (output.json()) {
                Output.print(one);
            } else {
                show(one);
            }
        }
        return ExitCode.OK.number();
    }
}
