// What a log holds. The order of fields is the order in JSON.
#ifndef RESEARCH_LOG_MODEL_H
#define RESEARCH_LOG_MODEL_H

#include "rp_sdk.h"

// The years or dates that a search covered, as the researcher writes them.
struct period {
    rp_str from;
    rp_str to;
};

RP_RECORD(period_record, struct period, "The years or dates that a search covered, as the researcher writes them.",
          RP_OPT_STR(struct period, from, NULL), RP_OPT_STR(struct period, to, NULL));

// A document that a search found.
struct document {
    rp_str title;
    rp_str citation;
    rp_str url;
    rp_str note;
};

RP_RECORD(document_record, struct document, "A document that a search found.", RP_STR(struct document, title, NULL),
          RP_STR(struct document, citation, "Complete enough for another researcher to find the very page."),
          RP_OPT_STR(struct document, url, NULL), RP_OPT_STR(struct document, note, NULL));

enum { FOUND = 1, PARTIAL, NONE, ACCESS_DENIED, RESULT_COUNT = ACCESS_DENIED };
RP_WORD_TABLE(search_results, "What came of a search.", "found", "partial", "none", "access_denied");

// A search: where, for what, and what came of it. A search that found nothing is a finding.
struct search {
    rp_str repository;
    rp_str collection;
    rp_strs terms;
    rp_strs variants;
    rp_json filters;
    struct period *period;
    rp_str place;
    int result;
    rp_list documents;
    rp_strs negative_findings;
};

RP_RECORD(search_record, struct search, NULL, RP_STR(struct search, repository, "The archive, library or site."),
          RP_OPT_STR(struct search, collection, "The record group, film or database."),
          RP_STRS(struct search, terms, "What was looked for."),
          RP_STRS(struct search, variants, "Other spellings that were tried."),
          RP_OBJECT(struct search, filters, "How the search was narrowed."),
          RP_OPT_SUB(struct search, period, period_record, NULL), RP_OPT_STR(struct search, place, NULL),
          RP_WORD(struct search, result, search_results, NULL),
          RP_LIST(struct search, documents, document_record, "What was found, each with its citation."),
          RP_STRS(struct search, negative_findings, "What was not there, in a sentence each."));

enum { NOTE = 1, OBSERVATION, QUESTION, HYPOTHESIS, CONCLUSION, TASK, PROGRESS, SEARCH, TYPE_COUNT = SEARCH };
RP_WORD_TABLE(entry_types, "What kind of line it is.", "note", "observation", "question", "hypothesis", "conclusion",
              "task", "progress", "search");

// One line of a log.
struct entry {
    rp_str log;
    uint64_t number;
    int type;
    rp_str title;
    rp_str content;
    rp_strs tags;
    rp_strs references;
    rp_strs resolves;
    rp_strs contradicts;
    rp_str researcher;
    rp_str session;
    rp_json metadata;
    struct search *search;
};

RP_RECORD(entry_record, struct entry, NULL, RP_STR(struct entry, log, "The id of the log."),
          RP_UINT(struct entry, number, "Counts the entries of the log, from 1."),
          RP_WORD(struct entry, type, entry_types, NULL), RP_STR(struct entry, title, NULL),
          RP_STR(struct entry, content, NULL), RP_STRS(struct entry, tags, NULL),
          RP_STRS(struct entry, references, "Citations, addresses, whatever leads to the source."),
          RP_STRS(struct entry, resolves, "Ids of entries that this one settles."),
          RP_STRS(struct entry, contradicts, "Ids of entries that this one speaks against."),
          RP_OPT_STR(struct entry, researcher, NULL),
          RP_OPT_STR(struct entry, session, "The research session in which it was written."),
          RP_OBJECT(struct entry, metadata, NULL),
          RP_OPT_SUB(struct entry, search, search_record,
                     "Of an entry of type search: what was searched, and what came of it."));
RP_ENTITY_RECORD(entry_entity, entry_record);

// A log: one question, pursued until it is answered.
typedef struct log_document {
    uint64_t number;
    rp_str title;
    rp_str objective;
    rp_str subject;
    rp_str researcher;
    rp_strs tags;
    rp_json metadata;
} log_document;

RP_RECORD(log_record, log_document, NULL, RP_UINT(log_document, number, "Counts the logs, from 1."),
          RP_STR(log_document, title, NULL),
          RP_OPT_STR(log_document, objective, "The question that the research is to answer."),
          RP_OPT_STR(log_document, subject, "Who or what it is about."),
          RP_OPT_STR(log_document, researcher, "Who keeps the log."), RP_STRS(log_document, tags, NULL),
          RP_OBJECT(log_document, metadata, NULL));
RP_ENTITY_RECORD(log_entity, log_record);

#endif
