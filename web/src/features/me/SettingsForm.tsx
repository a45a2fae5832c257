import { useState } from "react";
import { useTranslation } from "react-i18next";
import { currentLanguage, setLanguage } from "../../i18n/i18n";
import { currentTheme, setTheme } from "../../ui/theme";

/** Settings of this device. */
export function SettingsForm() {
  const { t } = useTranslation();
  const [theme, setShownTheme] = useState(currentTheme());
  return (
    <div className="flex flex-col gap-6">
      <Choice
        label={t("me.language")}
        value={currentLanguage()}
        options={[
          ["en", "English"],
          ["zh-CN", "简体中文"],
        ]}
        onChange={setLanguage}
      />
      <Choice
        label={t("me.theme")}
        value={theme}
        options={[
          ["system", t("me.themeSystem")],
          ["light", t("me.themeLight")],
          ["dark", t("me.themeDark")],
        ]}
        onChange={(next) => {
          setTheme(next);
          setShownTheme(next);
        }}
      />
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}

function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map(([option, text]) => (
          <label
            key={option}
            className={`cursor-pointer rounded-xl border px-4 py-2 has-focus-visible:ring-2 has-focus-visible:ring-accent ${
              option === value ? "border-accent bg-soft font-medium" : "border-line"
            }`}
          >
            <input
              type="radio"
              name={label}
              className="sr-only"
              checked={option === value}
              onChange={() => onChange(option)}
            />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
