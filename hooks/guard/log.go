package guard

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/pocketbase/pocketbase/core"
)

// PocketBase logs requests that fail (and, where a manager turns the level down, all) with their address, in which
// somebody may have searched for a name, a NIP or a phone. Of the question only the names of its parts are kept, and
// what it said is taken out of the error that repeats it.

const cutOut = "…"

func bindLog(app core.App) {
	app.OnModelCreate(core.LogsTableName).BindFunc(func(e *core.ModelEvent) error {
		if log, ok := e.Model.(*core.Log); ok {
			scrub(log)
		}
		return e.Next()
	})
}

func scrub(log *core.Log) {
	if kind, _ := log.Data["type"].(string); kind != "request" {
		return
	}
	data := maps.Clone(log.Data)
	address, _ := data["url"].(string)
	path, question, asked := strings.Cut(address, "?")
	if from, _ := data["referer"].(string); from != "" {
		data["referer"], _, _ = strings.Cut(from, "?")
	}
	log.Message, _, _ = strings.Cut(log.Message, "?") // a path has no question mark of its own
	if asked {
		words := said(question)
		data["url"] = path + "?" + strings.Join(slices.Sorted(maps.Keys(parts(question))), "&")
		for _, name := range []string{"error", "details"} {
			if data[name] != nil {
				data[name] = without(data[name], words)
			}
		}
	}
	log.Data = data
}

// parts reads a question as far as it can be read.
func parts(question string) url.Values {
	values, _ := url.ParseQuery(question) //nolint:errcheck // what can't be read is left out
	return values
}

// said are the words of a question's answers, the longest first.
func said(question string) (words []string) {
	for _, all := range parts(question) {
		for _, text := range all {
			words = append(words, text)
			words = append(words, strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })...)
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}

// without takes words out of whatever an error brought along.
func without(value any, words []string) string {
	text, ok := value.(string)
	if !ok {
		raw, err := json.Marshal(value)
		if err != nil {
			return cutOut
		}
		text = string(raw)
	}
	for _, word := range words {
		if len(word) > 2 {
			text = strings.ReplaceAll(text, word, cutOut)
		}
	}
	return text
}
