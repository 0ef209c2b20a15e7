// Package words reads the one catalogue of texts, words/{id,en}.json, that Go and the browser share.
package words

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
)

// Languages are the languages every text exists in; the first is the default.
var Languages = []string{"id", "en"}

var catalogue atomic.Pointer[map[string]map[string]string]

// Load reads words/id.json and words/en.json from the public folder.
func Load(public fs.FS) error {
	all := map[string]map[string]string{}
	for _, language := range Languages {
		raw, err := fs.ReadFile(public, "words/"+language+".json")
		if err != nil {
			return fmt.Errorf("words: %w", err)
		}
		texts := map[string]string{}
		if err := json.Unmarshal(raw, &texts); err != nil {
			return fmt.Errorf("words: %s: %w", language, err)
		}
		all[language] = texts
	}
	catalogue.Store(&all)
	return nil
}

// All returns the texts of one language; the caller must not change them.
func All(language string) map[string]string {
	all := catalogue.Load()
	if all == nil {
		return nil
	}
	return (*all)[language]
}

// Say gives the text of a key with its {placeholders} filled in. A key without a text is given back
// as it is: a test over the catalogue keeps that from happening to people.
func Say(language, key string, params map[string]any) string {
	text, ok := All(language)[key]
	if !ok {
		text, ok = All(Languages[0])[key]
	}
	if !ok {
		return key
	}
	for name, value := range params {
		text = strings.ReplaceAll(text, "{"+name+"}", fmt.Sprint(value))
	}
	return text
}

// Pick chooses a language from an Accept-Language header or a --lang flag.
func Pick(preference string) string {
	for part := range strings.SplitSeq(preference, ",") {
		tag := strings.ToLower(strings.TrimSpace(part))
		for _, language := range Languages {
			if tag == language || strings.HasPrefix(tag, language+"-") || strings.HasPrefix(tag, language+";") {
				return language
			}
		}
	}
	return Languages[0]
}
