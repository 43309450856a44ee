import { type City, cities, cityOf } from '@lanepay/domain/applicant/cities.ts'
import { type ComponentProps, useState } from 'react'
import { SearchInput } from './search-input.tsx'

const mostShown = 20
const nameOf = ({ name, province }: City): string => (province === name ? name : `${province} ${name}`)
const tidy = (text: string): string => text.replaceAll(/\s/g, '')
/** Whether it is meant by what was typed: a part of its name, its province's before it or not, or the beginning of its code. */
const isLike = (city: City, typed: string): boolean => tidy(nameOf(city)).includes(typed) || city.code.startsWith(typed)

/** The one city that this names: its name as the list has it, alone, without 市, or its code; null: none, or more than one. */
function cityIn(text: string): City | null {
  const typed = tidy(text)
  const found = cities.filter(
    (city) => [tidy(nameOf(city)), city.name, city.code].includes(typed) || city.name === `${typed}市`,
  )
  return found.length === 1 ? found[0]! : null
}

/** A city, searched for by its name or code. Kept of it is the code (GB/T 2260), and what was typed while that names none. */
export function CityInput({
  value,
  onChange,
  ...props
}: Omit<ComponentProps<typeof SearchInput>, 'options' | 'maxLength'>) {
  const known = cityOf(value)
  const [text, setText] = useState(known ? nameOf(known) : value)
  const typed = tidy(text)
  const found = typed === '' ? [] : cities.filter((city) => isLike(city, typed)).slice(0, mostShown)
  return (
    <SearchInput
      {...props}
      value={text}
      maxLength={30}
      onChange={(next) => {
        setText(next)
        onChange(cityIn(next)?.code ?? next)
      }}
      options={found.map((city) => ({ value: nameOf(city), label: `${nameOf(city)} ${city.code}` }))}
    />
  )
}
