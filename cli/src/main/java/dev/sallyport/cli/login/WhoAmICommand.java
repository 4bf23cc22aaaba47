package dev.sallyport.cli.login;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.http.Api;
import dev.sallyport.cli.http.ApiAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sally whoami}. */
@Command(
        name = "whoami",
        mixinStandardHelpOptions = true,
        description =
                "Who you are to the API, with which roles, and which API that is. Exit code 7 when nobody is logged in.",
        footer = {"", "Examples:", "  sally whoami", "  sally whoami -o json | jq -r .subject"})
public final class WhoAmICommand implements Callable<Integer> {

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        Api api = access.api();
        JsonNode person = api.get("/api/whoami");
        if (output.json()) {
            Output.print(person);
            return ExitCode.OK.number();
        }
        List<String> roles = new ArrayList<>();
        person.path("roles").forEach(role -> roles.add(role.asText()));
        String email = person.path("email").asText("");
        System.out.println(person.path("name").asText() + (email.isBlank() ? "" : " <" + email + ">") + " at "
                + api.base() + ", " + String.join(", ", roles));
        return ExitCode.OK.number();
    }
}
