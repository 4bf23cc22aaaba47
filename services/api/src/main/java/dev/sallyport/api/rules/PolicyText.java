package dev.sallyport.api.rules;

/** A policy document as it is stored. @param text Cedar */
record PolicyText(String text) {}
