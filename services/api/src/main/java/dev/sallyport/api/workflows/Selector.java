package dev.sallyport.api.workflows;

/** Finds resources. @param when a condition in Cedar over {@code resource} */
public record Selector(String when) {}
