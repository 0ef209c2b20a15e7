package document

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Every code of this folder and of the rooms that read rows has its sentence in both languages.
func TestEveryCodeHasItsWords(t *testing.T) {
	declared := regexp.MustCompile(`\bCode += "([a-z_]+)"`)
	codes := map[string]bool{}
	for _, folder := range []string{".", "../member", "../store"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range declared.FindAllStringSubmatch(string(source), -1) {
				codes[match[1]] = true
			}
		}
	}
	if len(codes) < 40 {
		t.Fatalf("only %d codes found", len(codes))
	}
	for _, language := range []string{"id", "en"} {
		data, err := os.ReadFile("../../pb_public/words/" + language + ".json")
		if err != nil {
			t.Fatal(err)
		}
		words := map[string]string{}
		if err := json.Unmarshal(data, &words); err != nil {
			t.Fatal(err)
		}
		for code := range codes {
			if words["fault.import."+code] == "" {
				t.Errorf("%s: no words for fault.import.%s", language, code)
			}
		}
	}
}
